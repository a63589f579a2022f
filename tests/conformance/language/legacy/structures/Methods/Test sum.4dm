C_REAL($0; $1; ${2})
var $i : Integer
For ($i; 1; Count parameters)
	$0:=$0+${$i}
End for 
