#DECLARE($n : Integer) : Pointer
var $local : Integer
$local:=$n
return ->$local
