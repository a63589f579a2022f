// commands of the 4D surface that change blobs in place, and further ones that only it has
var $a; $b : Blob
var $offset : Integer
BLOB size($a) // expect: 0
SET BLOB SIZE($a; 3; 65)
Convert to text($a; "UTF-8") // expect: "AAA"
SET BLOB SIZE($a; 2)
BLOB size:C605($a) // expect: 2
SET BLOB SIZE($a; 4)
$a{3} // expect: 0
SET BLOB SIZE($a; -1) // expect error: -20007
SET BLOB SIZE($a; 3000000000) // expect error: -20007
TEXT TO BLOB("héllo"; $a; UTF8 text without length)
BLOB size($a) // expect: 6
BLOB to text($a; UTF8 text without length) // expect: "héllo"
TEXT TO BLOB(" you"; $a; UTF8 text without length; *)
BLOB to text($a; UTF8 text without length) // expect: "héllo you"
TEXT TO BLOB("ab"; $b; UTF8 C string)
BLOB size($b) // expect: 3
TEXT TO BLOB("cd"; $b; UTF8 C string; *)
$offset:=0
BLOB to text($b; UTF8 C string; $offset) // expect: "ab"
$offset // expect: 3
BLOB to text($b; UTF8 C string; $offset) // expect: "cd"
$offset // expect: 6
$offset:=2
TEXT TO BLOB("XY"; $a; UTF8 text without length; $offset)
$offset // expect: 4
TEXT TO BLOB("e"; $a; Mac text without length)
BLOB to text($a; Mac text without length) // expect: "e"
TEXT TO BLOB("e"; $a; 77) // expect error: -20002
TEXT TO BLOB("abcdef"; $a; UTF8 text without length)
COPY BLOB($a; $b)
SET BLOB SIZE($b; 6)
Convert to text($b; "UTF-8") // expect: "abcdef"
COPY BLOB($a; $b; 4; 0; 2)
Convert to text($b; "UTF-8") // expect: "efcdef"
COPY BLOB($a; $b; 0; 5; 3)
Convert to text($b; "UTF-8") // expect: "efcdeabc"
COPY BLOB($a; $b; 99; 0; 3)
Convert to text($b; "UTF-8") // expect: "efcdeabc"
DELETE FROM BLOB($b; 0; 2)
Convert to text($b; "UTF-8") // expect: "cdeabc"
DELETE FROM BLOB($b; 4; 99)
Convert to text($b; "UTF-8") // expect: "cdea"
INSERT IN BLOB($b; 1; 2; 45)
Convert to text($b; "UTF-8") // expect: "c--dea"
INSERT IN BLOB($b; 99; 1; 46)
Convert to text($b; "UTF-8") // expect: "c--dea."
Trim("  a b \t") // expect: "a b"
Trim start("  a ") // expect: "a "
Trim end(" a  ") // expect: " a"
Trim(Char(160)+"é"+Char(160)) // expect: "é"
Trim("   ") // expect: ""
Trim:C1853(" x ") // expect: "x"
Tickcount>=0 // expect: true
