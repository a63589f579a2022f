$0:=processVariable
