/** A class
 of the old kind */
property name : Text:="Shop"
property a; b, c : Integer

Class constructor
	This.b:=2

exposed Function edit(client : Object) : Text
	return client.name

local exposed Function both($n : Integer)->$r : Integer
	var $n : Integer
	var $r : Integer
	$r:=$n*This.b

Function get empty

exposed Function get total->$t : Real
	$t:=1+This.b*2

Function noParens
	return "np"

Function shout($a : Text; $more) : Text
	return Uppercase($a)+"!" /* loud */
