// files and pictures in the 4D surface
var $p : Picture
var $b : Blob
Test path name("/RESOURCES/none.png") // expect: -43
Test path name("/DATA") // expect: 0
Test path name("no path") // expect: -43
Folder("/DATA").create()
TEXT TO DOCUMENT("/DATA/note.txt"; "text")
Test path name("/DATA/note.txt") // expect: 1
Test path name:C476(Get 4D folder(Data folder)+"note.txt") // expect: 1
BASE64 DECODE("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="; $b)
File("/DATA/dot.png").setContent($b)
READ PICTURE FILE(File("/DATA/dot.png").platformPath; $p)
Picture size($p)=BLOB size($b) // expect: true
OK // expect: 1
READ PICTURE FILE("/DATA/note.txt"; $p)
OK // expect: 0
$p=Null // expect: true
READ PICTURE FILE("/DATA/missing.png"; $p) // expect error: -43
WEB GET HTTP HEADER($names; $values)
Size of array($names) // expect: 0
Find in array($names; "x") // expect: -1
