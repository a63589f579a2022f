// The page of the figures about pages: 200 components bound to the current city, and a table of all cities. The page written
// by hand beside it (peer_app.jsx) shows the same.
export const boxes = 20;
export const textsInBox = ['name', 'latitude', 'longitude', 'countryID', 'regionID', 'capital'];
export const fieldsInBox = ['name', 'latitude'];

class Page {
  nodes = {};
  count = 0;

  node(type, props = {}, children = [], linked = {}) {
    const id = type === 'Container' ? 'ROOT' : `n${++this.count}`;
    this.nodes[id] = { type: { resolvedName: type }, props: { classNames: [], events: [], ...props }, nodes: children, linkedNodes: linked };
    return id;
  }

  text(datasource) {
    return this.node('Text', { doc: [{ type: 'paragraph', children: [{ type: 'datasource', datasource, children: [{ text: '' }] }] }] });
  }

  field(label, datasource) {
    return this.node('TextInput', { labelPosition: 'top' }, [], {
      label: this.node('Label', { text: label }),
      input: this.node('Input', { type: 'text', datasource }),
    });
  }

  button(text) {
    return this.node('Button', { text, iconPosition: 'hidden' });
  }

  table(source, current, columns, height) {
    return this.node('DataTable', {
      datasource: source, currentElement: current, headerHeight: 36, rowHeight: 36, style: { height },
      columns: columns.map((name) => ({ id: name, title: name, source: name, width: '160px' })),
    });
  }
}

const record = (id, type, dataclass, more) => ({ id, type, dataclass, namespace: '', events: [], ...more });

function file(page, dataclass) {
  return JSON.stringify({
    metadata: {
      v: '1.0', styles: [],
      datasources: [
        record('all', 'entitysel', dataclass, { initialValue: 'all' }),
        record('current', 'entity', dataclass, { from: 'all', initialValue: 'first' }),
      ],
    },
    components: page.nodes,
  });
}

export function cityPage() {
  const page = new Page();
  const box = (index) => page.node('StyleBox', {}, [
    ...textsInBox.map((name) => page.text(`current.${name}`)),
    ...fieldsInBox.map((name) => page.field(`${name} ${index}`, `current.${name}`)),
    page.button(`Action ${index}`),
  ]);
  const table = page.table('all', 'current', ['ID', 'name', 'latitude', 'longitude', 'countryID'], '400px');
  page.node('Container', { className: 'bg-white' }, [table, ...Array.from({ length: boxes }, (_, index) => box(index + 1))]);
  return file(page, 'City');
}

export function longTablePage() {
  const page = new Page();
  page.node('Container', {}, [page.table('all', 'current', ['ID', 'name', 'amount'], '600px')]);
  return file(page, 'Line');
}

export const longTableCatalog = `<?xml version="1.0" encoding="UTF-8"?>
<base name="Lines" uuid="AB000000000000000000000000000001" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Line" uuid="AB000000000000000000000000000002" id="1">
		<field name="ID" uuid="AB000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="AB000000000000000000000000000004" type="10" limiting_length="80" id="2"/>
		<field name="amount" uuid="AB000000000000000000000000000005" type="6" id="3"/>
		<primary_key field_name="ID" field_uuid="AB000000000000000000000000000003"/>
	</table>
</base>`;
