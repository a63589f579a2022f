#DECLARE($p : Pointer; $value)
$p->:=$value
