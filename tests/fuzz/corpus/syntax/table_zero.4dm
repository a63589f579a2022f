QUERY([Invoice:1]; [Invoice:0]No:2=1; *)
$x:=[Invoice:0]
