package report

// Formats lists the formats that a report can be written in, by name.
func Formats() []Format {
	return []Format{
		{Name: "json", Help: "one JSON document, schema " + Schema, Write: writeJSON},
		{Name: "jsonl", Help: "one JSON object a line, in the same schema", Write: writeJSONL},
		{Name: "sarif", Help: "SARIF 2.1.0, for code scanning", Write: writeSARIF},
		{Name: "text", Help: "for people, on a terminal or in a log", Write: writeText},
	}
}
