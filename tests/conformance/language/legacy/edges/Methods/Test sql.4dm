var $x : Integer
$x:=1
Begin SQL
	SELECT * FROM "nothing" WHERE x = 'a
End SQL
return $x
