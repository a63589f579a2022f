return "started"
