// command specification 2.1: arrays take the groups
ARRAY LONGINT($positions; 0)
ARRAY LONGINT($lengths; 0)
Match regex("(\\d+)-(\\d+)"; "from 12-345 on"; 1; $positions; $lengths) // expect: true
Size of array($positions) // expect: 2
$positions{0} // expect: 6
$positions{1} // expect: 6
$positions{2} // expect: 9
$lengths{0} // expect: 6
$lengths{1} // expect: 2
$lengths{2} // expect: 3
Match regex("x"; "abc"; 1; $positions; $lengths) // expect: false
Size of array($positions) // expect: 0
$positions{0} // expect: 0
