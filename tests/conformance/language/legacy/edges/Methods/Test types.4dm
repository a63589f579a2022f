C_TEXT($0)
C_LONGINT($1)
$0:=String($1)
