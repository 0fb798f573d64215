// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress draws one line that fills up, on a terminal; elsewhere it says a
// line every few seconds, so that a log stays readable.
type progress struct {
	out      io.Writer
	label    string
	terminal bool
	last     time.Time
	drawn    bool
}

func newProgress(out io.Writer, label string) *progress {
	p := &progress{out: out, label: label}
	if f, ok := out.(*os.File); ok {
		if st, err := f.Stat(); err == nil {
			p.terminal = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

const (
	barWidth      = 30
	redrawEvery   = 100 * time.Millisecond
	logEvery      = 5 * time.Second
	eraseToTheEnd = "\x1b[K"
)

// at says that done of total is done; total 0 means it is not known.
func (p *progress) at(done, total int) {
	every := logEvery
	if p.terminal {
		every = redrawEvery
	}
	now := time.Now()
	if done < total && now.Sub(p.last) < every {
		return
	}
	p.last, p.drawn = now, true
	line := fmt.Sprintf("%s %d", p.label, done)
	if total > 0 {
		full := barWidth * min(done, total) / total
		line = fmt.Sprintf("%s [%s%s] %d/%d", p.label, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), done, total)
	}
	if p.terminal {
		fmt.Fprint(p.out, "\r"+line+eraseToTheEnd)
		return
	}
	fmt.Fprintln(p.out, line)
}

// end leaves the line as it stands.
func (p *progress) end() {
	if p.terminal && p.drawn {
		fmt.Fprintln(p.out)
	}
}
