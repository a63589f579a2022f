#DECLARE : Pointer
var $local : Integer
$local:=99
return ->$local
