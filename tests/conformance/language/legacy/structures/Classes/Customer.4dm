property name : Text
property orders : Collection:=[1; 2; 3]

Class constructor($name : Text)
	This.name:=$name

Function greet()->$text : Text
	$text:="Hello "+This.name

Function get total : Integer
	return This.orders.length

Function edit(client : Object) : Text
	This.name:=client.name
	return This.name
