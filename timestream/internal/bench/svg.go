package main

import (
	"fmt"
	"math"
	"strings"
)

// chart is a drawing of lines over axes that begin at 0.
type chart struct {
	title, x, y string // what it shows, and the axes with their units
	lines       []line
}

type line struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

const (
	width, height             = 640.0, 360.0
	left, right, above, below = 60.0, 150.0, 40.0, 50.0
	plotWidth, plotHeight     = width - left - right, height - above - below
	grey, black               = "#bbbbbb", "#222222"
)

// colours are told apart with any eyes (Okabe and Ito).
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"}

// svg draws the chart.
func (c chart) svg() string {
	maxX, maxY := 0.0, 0.0
	for _, l := range c.lines {
		for _, p := range l.points {
			maxX, maxY = max(maxX, p.x), max(maxY, p.y)
		}
	}
	stepX, stepY := tick(maxX), tick(maxY)
	maxX, maxY = math.Ceil(maxX/stepX)*stepX, math.Ceil(maxY/stepY)*stepY
	at := func(p point) (float64, float64) {
		return left + p.x/maxX*plotWidth, above + plotHeight - p.y/maxY*plotHeight
	}
	var sb strings.Builder
	fmt.Fprintf(&sb, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="12" fill="%s">`+"\n", width, height, black)
	fmt.Fprintf(&sb, `<rect width="%g" height="%g" fill="white"/>`+"\n", width, height)
	for v := 0.0; v <= maxX*1.001; v += stepX {
		x, y := at(point{v, 0})
		stroke(&sb, grey, x, above, x, y)
		label(&sb, "middle", x, y+18, fmt.Sprintf("%.6g", v))
	}
	for v := 0.0; v <= maxY*1.001; v += stepY {
		x, y := at(point{0, v})
		stroke(&sb, grey, x, y, left+plotWidth, y)
		label(&sb, "end", x-8, y+4, fmt.Sprintf("%.6g", v))
	}
	label(&sb, "start", left, 22, c.title)
	label(&sb, "middle", left+plotWidth/2, height-12, c.x)
	fmt.Fprintf(&sb, `<text text-anchor="middle" transform="translate(16 %g) rotate(-90)">%s</text>`+"\n", above+plotHeight/2, c.y)
	for i, l := range c.lines {
		colour := colours[i%len(colours)]
		var path []string
		for _, p := range l.points {
			x, y := at(p)
			path = append(path, fmt.Sprintf("%.1f,%.1f", x, y))
			fmt.Fprintf(&sb, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x, y, colour)
		}
		fmt.Fprintf(&sb, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(path, " "), colour)
		y := above + 10 + 20*float64(i)
		fmt.Fprintf(&sb, `<rect x="%g" y="%g" width="12" height="4" fill="%s"/>`+"\n", width-right+12, y-6, colour)
		label(&sb, "start", width-right+30, y, l.name)
	}
	return sb.String() + "</svg>\n"
}

// tick is a round distance between marks, of which there are four to ten.
func tick(largest float64) float64 {
	if largest == 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(largest)))
	for _, part := range []float64{1, 0.5, 0.2, 0.1} {
		if largest/(step*part) >= 4 {
			return step * part
		}
	}
	return step / 10
}

func stroke(sb *strings.Builder, colour string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(sb, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, colour)
}

func label(sb *strings.Builder, anchor string, x, y float64, text string) {
	fmt.Fprintf(sb, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, text)
}
