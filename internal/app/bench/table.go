// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// table is printed in Markdown, with what must be known to read it.
type table struct {
	title string
	head  []string
	rows  [][]string
	notes []string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

func (t *table) print(out io.Writer) {
	fmt.Fprintf(out, "### %s\n\n| %s |\n|%s\n", t.title, strings.Join(t.head, " | "), strings.Repeat(" --- |", len(t.head)))
	for _, r := range t.rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(r, " | "))
	}
	fmt.Fprintln(out)
	for _, n := range t.notes {
		fmt.Fprintf(out, "%s\n\n", n)
	}
}

// percentile is the value that p of a hundred do not exceed; zero of none.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)*p/100]
}

// median of ratios; zero of none.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func percent(ratio float64) string        { return fmt.Sprintf("%.0f %%", 100*ratio) }
func millis(d time.Duration) string       { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }
func micros(d time.Duration) string       { return fmt.Sprintf("%.0f µs", d.Seconds()*1e6) }
func seconds(d time.Duration) string      { return fmt.Sprintf("%.2f s", d.Seconds()) }
func rate(n int, d time.Duration) string  { return fmt.Sprintf("%.0f", float64(n)/d.Seconds()) }
func kilobytes(n int) string              { return fmt.Sprintf("%.1f kB", float64(n)/1024) }
func megabytes[N int | int64](n N) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }
