Class extends DataClass
/* c /* d */ */
Function event touched name($e : Object)
	Repeat 
		$i+=1 // x
	Until ($i>3 ? True : Null)
	For ($i; 1; 10)
		continue
	End for 
