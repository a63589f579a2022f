// Property commands of the 4D surface (commands.md 24.1)
var $o : Object
$o:=New object("a"; 1; "d"; "2030-02-01"; "n"; Null)
OB SET($o; "b"; "x"; "c"; True)
$o.b // expect: "x"
$o.c // expect: true
OB SET NULL($o; "b")
$o.b // expect: null
OB Get($o; "a") // expect: 1
OB Get($o; "a"; Is text) // expect: "1"
OB Get($o; "d"; Is date) // expect: !2030-02-01!
OB Get($o; "zzz"; Is text) // expect: ""
OB Get($o; "zzz"; Is real) // expect: 0
OB Get($o; "zzz"; Is Boolean) // expect: false
OB Get($o; "zzz") // expect: undefined
OB Get type($o; "a") // expect: 1
OB Get type($o; "d") // expect: 2
OB Get type($o; "c") // expect: 6
OB Get type($o; "n") // expect: 255
OB Get type($o; "zzz") // expect: 5
OB Is empty($o) // expect: false
OB Keys($o) // expect: ["a","d","n","b","c"]
