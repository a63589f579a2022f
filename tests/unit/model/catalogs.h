// Catalogs for tests.
#pragma once

#include <string>
#include <string_view>

namespace qodly::model::test {

// A catalog around the given elements.
inline std::string catalog(std::string_view elements) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!DOCTYPE base SYSTEM \"http://www.4d.com/dtd/2007/base.dtd\" >\n"
         "<base name=\"Library\" uuid=\"0A1B2C3D4E5F60718293A4B5C6D7E8F9\" collation_locale=\"fr\">\n"
         "\t<schema name=\"DEFAULT_SCHEMA\"/>\n" +
         std::string(elements) + "</base>";
}

// Books on shelves, with a relation and an index.
inline const std::string library = catalog(R"(	<table name="Book" uuid="11111111111111111111111111111111" id="1">
		<field name="isbn" uuid="11111111111111111111111111110001" type="10" limiting_length="20" unique="true" not_null="true" id="1"/>
		<field name="shelf_ID" uuid="11111111111111111111111111110002" type="4" id="2"/>
		<primary_key field_name="isbn" field_uuid="11111111111111111111111111110001"/>
	</table>
	<table name="Shelf" uuid="22222222222222222222222222222222" id="2">
		<field name="ID" uuid="22222222222222222222222222220001" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="tags" uuid="22222222222222222222222222220002" type="21" blob_switch_size="2147483647" id="2"/>
		<primary_key field_name="ID" field_uuid="22222222222222222222222222220001"/>
	</table>
	<relation uuid="33333333333333333333333333333333" name_Nto1="shelf" name_1toN="books" integrity="reject" state="1">
		<related_field kind="source">
			<field_ref uuid="11111111111111111111111111110002" name="shelf_ID">
				<table_ref uuid="11111111111111111111111111111111" name="Book"/>
			</field_ref>
		</related_field>
		<related_field kind="destination">
			<field_ref uuid="22222222222222222222222222220001" name="ID">
				<table_ref uuid="22222222222222222222222222222222" name="Shelf"/>
			</field_ref>
		</related_field>
	</relation>
	<index kind="regular" uuid="44444444444444444444444444444444" type="3">
		<field_ref uuid="11111111111111111111111111110002" name="shelf_ID">
			<table_ref uuid="11111111111111111111111111111111" name="Book"/>
		</field_ref>
	</index>
)");

// A relation between two fields that are named without uuids.
inline std::string relation(std::string_view source, std::string_view destination, std::string_view nToOne,
                            std::string_view oneToN, std::string_view more = "") {
  const auto side = [](std::string_view kind, std::string_view path) {
    const auto dot = path.find('.');
    return "<related_field kind=\"" + std::string(kind) + "\"><field_ref name=\"" + std::string(path.substr(dot + 1)) +
           "\"><table_ref name=\"" + std::string(path.substr(0, dot)) + "\"/></field_ref></related_field>";
  };
  return "<relation name_Nto1=\"" + std::string(nToOne) + "\" name_1toN=\"" + std::string(oneToN) + "\" state=\"1\"" +
         std::string(more) + ">" + side("source", source) + side("destination", destination) + "</relation>";
}

}  // namespace qodly::model::test
