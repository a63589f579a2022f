//%attributes = {}
#DECLARE($a : Text; $b : Text)->$result : Text
var $a : Text
$result:=$a+"-"+$b
