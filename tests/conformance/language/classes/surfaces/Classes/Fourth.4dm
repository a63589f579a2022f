Class extends Base

Class constructor($value : Real)
	Super($value)

Function triple() : Real
	return This.value*3
