// A class with every kind of member
Class extends Entity
property a; b : Text
property c : Integer:=3
Class constructor($x : Integer)
	Super($x)
	This.a:=""
exposed Function get total()->$t : Real
	$t:=This.price*2
Function set total($v : Real)
	This.price:=$v/2
Function query total($event : Object) : Object
	return {query: "price = :1"; parameters: [$event.value]}
Function orderBy total($event : Object) : Text
	return "price "+$event.operator
exposed onHTTPGet Function list($n : Integer) : cs.ItemSelection
local Function here()
	Super.here()
Function event saving name($e : Object) : Object
exposed Alias owner customer.name
