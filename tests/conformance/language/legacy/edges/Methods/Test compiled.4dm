C_TEXT(Test compiled; $0; $1)
C_TEXT($0; $1; ${2})
C_LONGINT($i)
For ($i; 1; Count parameters)
	$0:=$0+${$i}
End for
