// A small application for the tests of clients: companies and their staff, with pictures, files, dates and functions.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { qodly, temporaryFolder } from './support.mjs';

const uuid = (number) => `BB0000000000000000000000${String(number).padStart(8, '0')}`;

const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Staff" uuid="${uuid(1)}" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Company" uuid="${uuid(10)}" id="1">
		<field name="ID" uuid="${uuid(11)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="${uuid(12)}" type="10" limiting_length="80" not_null="true" id="2"/>
		<primary_key field_name="ID" field_uuid="${uuid(11)}"/>
	</table>
	<table name="Employee" uuid="${uuid(20)}" id="2">
		<field name="ID" uuid="${uuid(21)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="firstName" uuid="${uuid(22)}" type="10" limiting_length="80" id="2"/>
		<field name="lastName" uuid="${uuid(23)}" type="10" limiting_length="80" id="3"/>
		<field name="salary" uuid="${uuid(24)}" type="6" id="4"/>
		<field name="born" uuid="${uuid(25)}" type="8" id="5"/>
		<field name="active" uuid="${uuid(26)}" type="1" id="6"/>
		<field name="photo" uuid="${uuid(27)}" type="12" id="7"/>
		<field name="letter" uuid="${uuid(28)}" type="18" id="8"/>
		<field name="details" uuid="${uuid(29)}" type="21" id="9"/>
		<field name="companyID" uuid="${uuid(30)}" type="4" id="10"/>
		<primary_key field_name="ID" field_uuid="${uuid(21)}"/>
	</table>
	<relation uuid="${uuid(40)}" name_Nto1="company" name_1toN="staff" state="1">
		<related_field kind="source">
			<field_ref uuid="${uuid(30)}" name="companyID">
				<table_ref uuid="${uuid(20)}" name="Employee"/>
			</field_ref>
		</related_field>
		<related_field kind="destination">
			<field_ref uuid="${uuid(11)}" name="ID">
				<table_ref uuid="${uuid(10)}" name="Company"/>
			</field_ref>
		</related_field>
	</relation>
</base>`;

const classes = {
  DataStore: `extends DataStoreImplementation

exposed function authentify(name : string, password : string) : boolean
  if (password == "open")
    return session.setPrivileges({roles: "Desk", userName: name})
  end
  return false

exposed function addition(a : number, b : number) : number
  return a + b
`,
  Employee: `extends DataClass

exposed function paidOver(amount : number) : cs.EmployeeSelection
  return this.query("salary > :1 order by lastName", amount)

exposed function best() : cs.EmployeeEntity
  return this.all().orderBy("salary desc").first()

exposed function count() : integer
  return this.all().length

exposed function shake(left : cs.EmployeeEntity, right : cs.EmployeeEntity) : string
  return left.firstName + " and " + right.firstName
`,
  EmployeeEntity: `extends Entity

exposed function get fullName() : string
  return (this.lastName == null) ? "" : this.firstName + " " + this.lastName

exposed function raise(amount : number) : object
  this.salary = this.salary + amount
  return this.save()

exposed function colleagues() : cs.EmployeeSelection
  return this.company.staff.minus(this)
`,
  EmployeeSelection: `extends EntitySelection

exposed function totalSalary() : number
  return this.sum("salary")

exposed function richest() : cs.EmployeeEntity
  return this.orderBy("salary desc").first()
`,
  Calculator: `shared singleton constructor()

exposed function twice(value : number) : number
  return value * 2
`,
};

// Makes the project; `more`: further files below Project/Sources.
export async function staffProject(t, more = {}) {
  const root = join(temporaryFolder(t), 'staff');
  assert.equal((await qodly('new', root)).code, 0);
  const sources = join(root, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), catalog);
  for (const [name, text] of Object.entries(classes)) writeFileSync(join(sources, 'Classes', `${name}.4qs`), text);
  rmSync(join(sources, 'roles.json'), { force: true });
  for (const [path, text] of Object.entries(more)) writeFileSync(join(sources, path), text);
  return root;
}

const names = ['Ada Byron', 'Blaise Pascal', 'Carl Gauss', 'Dorothy Hodgkin', 'Emmy Noether', 'Fritz Haber', 'Grace Hopper'];

// Two companies and `count` employees.
export async function fillStaff(server, count = 7) {
  const companies = await server.post('/rest/Company?$method=update', [{ name: 'Acme' }, { name: 'Globex' }]);
  const keys = companies.__ENTITIES.map((each) => each.__KEY);
  const staff = Array.from({ length: count }, (_, i) => {
    const [firstName, lastName] = names[i % names.length].split(' ');
    return { firstName, lastName, salary: 1000 + i * 100, active: i % 2 === 0, born: `19${70 + (i % 30)}-05-0${1 + (i % 9)}`, details: { floor: i % 3 }, company: keys[i % 2] };
  });
  const saved = await server.post('/rest/Employee?$method=update', staff);
  assert.ok(saved.__ENTITIES.every((each) => each.__STATUS.success));
  return keys;
}

// A picture of one red point.
export const redPoint = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
