// Code of 4D leaves an empty Catch out
Try
	throw(5)
End try
return "went on"
