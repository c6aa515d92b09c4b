//go:build linux

package bench

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
)

const mega = 1 << 20

// String is one line of a table.
func (r row) String() string {
	least, median, most := quartet(r.ratios)
	_, wall, _ := quartet(r.walls)
	return fmt.Sprintf("| %s | %.0f | %s | %.2f | %.2f | %.3f (%.3f–%.3f) | %.2f | %.0f | %.0f |", r.subject.name, float64(r.size)/mega, r.tool,
		medianOf(r.runs, func(u usage) float64 { return u.cpu.Seconds() }),
		medianOf(r.runs, func(u usage) float64 { return u.wall.Seconds() }), median, least, most, wall,
		medianOf(r.runs, func(u usage) float64 { return float64(u.rss) / mega }),
		medianOf(r.runs, func(u usage) float64 { return float64(u.anonymous) / mega }))
}

// table is all that was measured, in Markdown.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| repository | packs, MiB | program | CPU s | wall s | CPU ratio (range) | wall ratio | peak MiB | without files |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

// summary gives the geometric mean and the worst ratio of each program.
func summary(rows []row) []string {
	var names []string
	logs, worst, count := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, r := range rows {
		if !slices.Contains(names, r.tool) {
			names = append(names, r.tool)
		}
		_, median, _ := quartet(r.ratios)
		logs[r.tool] += math.Log(median)
		worst[r.tool] = max(worst[r.tool], median)
		count[r.tool]++
	}
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%s: geometric mean of %.0f ratios %.3f, worst %.3f", n, count[n], math.Exp(logs[n]/count[n]), worst[n]))
	}
	return out
}

// The picture, in pixels.
const width, height, margin = 720, 420, 60

// curve draws CPU against the size of the packs, both in powers of ten.
func curve(rows []row) []byte {
	colours := []string{"#6b7280", "#0f766e", "#b45309", "#7c3aed", "#be123c", "#1d4ed8", "#4d7c0f"}
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	var names []string
	for _, r := range rows {
		x, y := r.point()
		lowX, highX = min(lowX, math.Floor(x)), max(highX, math.Ceil(x))
		lowY, highY = min(lowY, math.Floor(y)), max(highY, math.Ceil(y))
		if !slices.Contains(names, r.tool) {
			names = append(names, r.tool)
		}
	}
	place := func(x, y float64) (float64, float64) {
		return margin + (x-lowX)/(highX-lowX)*(width-2*margin), height - margin - (y-lowY)/(highY-lowY)*(height-2*margin)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", width, height)
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height)
	for x := lowX; x <= highX; x++ {
		px, py := place(x, lowY)
		fmt.Fprintf(&b, "<path d=\"M%.0f %dV%.0f\" stroke=\"#e5e7eb\"/><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%g MiB</text>\n", px, margin, py, px, py+18, math.Pow(10, x))
	}
	for y := lowY; y <= highY; y++ {
		px, py := place(lowX, y)
		fmt.Fprintf(&b, "<path d=\"M%.0f %.0fH%d\" stroke=\"#e5e7eb\"/><text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%g s</text>\n", px, py, width-margin, px-6, py+4, math.Pow(10, y))
	}
	fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">size of the packs</text>\n<text x=\"%d\" y=\"24\">CPU of the whole process tree</text>\n", width/2, height-14, margin)
	for i, name := range names {
		colour := colours[i%len(colours)]
		var points [][2]float64
		for _, r := range rows {
			if r.tool == name {
				x, y := r.point()
				px, py := place(x, y)
				points = append(points, [2]float64{px, py})
				fmt.Fprintf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"><title>%s, %s</title></circle>\n", px, py, colour, name, r.subject.name)
			}
		}
		slices.SortFunc(points, func(a, b [2]float64) int { return int(math.Copysign(1, a[0]-b[0])) })
		for k, p := range points {
			fmt.Fprintf(&b, "%s%.1f %.1f", map[bool]string{true: "<path fill=\"none\" stroke=\"" + colour + "\" d=\"M", false: "L"}[k == 0], p[0], p[1])
		}
		fmt.Fprintf(&b, "\"/>\n<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n", margin+12, margin+16+16*i, colour, name)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// point is where a row lies in the picture.
func (r row) point() (x, y float64) {
	return math.Log10(float64(max(r.size, 1)) / mega), math.Log10(medianOf(r.runs, func(u usage) float64 { return u.cpu.Seconds() }))
}
