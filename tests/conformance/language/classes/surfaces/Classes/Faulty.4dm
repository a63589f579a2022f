Function good() : Text
	return "good"

Function bad()
	client.client := := client

Function also() : Text
	return "also"
