//%attributes = {"invisible":true}
// language.md 32: process and interprocess variables that a directive declares
Undefined(vNothing) // expect: true
C_LONGINT:C283(vCount; <>vTotal)
C_TEXT:C284(vName)
C_BOOLEAN:C305(vFlag)
C_DATE:C307(vDay)
C_OBJECT:C1216(vThing)
vCount // expect: 0
vCount:=vCount+1
vName:=vName+"a"
<>vTotal:=<>vTotal+2
C_LONGINT:C283(vCount; <>vTotal)
C_TEXT:C284(vName)
vCount // expect: 1
vName // expect: "a"
<>vTotal // expect: 2
vFlag // expect: false
vDay=!00-00-00! // expect: true
vThing // expect: null
Undefined(vThing) // expect: false
Undefined(vNothing) // expect: true
