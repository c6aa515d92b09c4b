package report

import "io"

type lineSource struct {
	Type   string     `json:"type"`
	Schema string     `json:"schema"`
	Tool   jsonTool   `json:"tool"`
	Source jsonSource `json:"source"`
}

type lineFinding struct {
	Type string `json:"type"`
	jsonFinding
}

type lineSkipped struct {
	Type string `json:"type"`
	jsonSkipped
}

type lineUnused struct {
	Type string `json:"type"`
	jsonUnused
}

type lineSummary struct {
	Type string `json:"type"`
	jsonSummary
}

// writeJSONL writes the lines that the package documentation describes.
func writeJSONL(w io.Writer, r *Report, _ Style) error {
	write := func(v any) error {
		out, err := encodeJSON(v, "")
		if err != nil {
			return err
		}
		_, err = w.Write(out)
		return err
	}
	if err := write(lineSource{"source", Schema, jsonTool(r.Tool), r.jsonSource()}); err != nil {
		return err
	}
	for _, it := range r.Items {
		if err := write(lineFinding{"finding", r.jsonFinding(it)}); err != nil {
			return err
		}
	}
	for _, s := range r.Skipped {
		if err := write(lineSkipped{"skipped", r.jsonSkipped(s)}); err != nil {
			return err
		}
	}
	for _, u := range r.Unused {
		if err := write(lineUnused{"unused", jsonUnused{r.redact.text(u)}}); err != nil {
			return err
		}
	}
	return write(lineSummary{"summary", r.jsonSummary()})
}
