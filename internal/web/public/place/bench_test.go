// SPDX-License-Identifier: Apache-2.0

package place_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/internal/access"
	"escale/internal/web/atlas"
	"escale/internal/web/atlas/atlastest"
	"escale/internal/web/shared/webtest"
)

// connections is how many visitors ask at the same time.
const connections = 32

// ask is what a browser sends, so that compressed bytes come back.
const ask = "GET /lieux/" + string(atlastest.Halls) + " HTTP/1.1\r\nHost: escale.example\r\nAccept: text/html\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\nAccept-Language: fr\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)\r\n\r\n"

// BenchmarkPlacePage compares the page of a place with a bare handler that
// writes the same bytes, each over 32 kept connections of the loopback. The
// visitors are as lean as can be, since they share the processor.
func BenchmarkPlacePage(b *testing.B) {
	cards := append(atlastest.Cards(), atlastest.Many(300)...)
	s := site(b, cards, twoSlots)
	r := httptest.NewRequest(http.MethodGet, atlas.Path(atlastest.Halls), nil)
	r.Header.Set("Accept-Encoding", "gzip")
	page := webtest.Do(s, r, access.Viewer{})
	body := page.Body.Bytes()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	plain, house := open(b, bare, len(body)), open(b, s, len(body))
	b.ResetTimer()
	// In turns, so that what else the machine does weighs on both alike.
	for left := b.N; left > 0; left -= turn {
		plain.visit(b, min(left, turn))
		house.visit(b, min(left, turn))
	}
	b.ReportMetric(100*float64(plain.took)/float64(house.took), "%-of-bare")
	b.ReportMetric(float64(b.N)/plain.took.Seconds(), "bare/s")
	b.ReportMetric(float64(b.N)/house.took.Seconds(), "pages/s")
	b.ReportMetric(plain.p99(), "bare-p99-ms")
	b.ReportMetric(house.p99(), "p99-ms")
}

// turn is how many pages are asked of one server before the other's turn.
const turn = 4000

// visitors are connections to one server.
type visitors struct {
	size        int // of the answer's body, in bytes
	connections []net.Conn
	readers     []*bufio.Reader
	waits       [][]time.Duration
	took        time.Duration
}

func open(b *testing.B, h http.Handler, size int) *visitors {
	b.Helper()
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	v := &visitors{size: size, waits: make([][]time.Duration, connections)}
	for range connections {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = c.Close() })
		v.connections = append(v.connections, c)
		v.readers = append(v.readers, bufio.NewReaderSize(c, 32<<10))
	}
	return v
}

// visit asks n times, all connections at once.
func (v *visitors) visit(b *testing.B, n int) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(n))
	began := time.Now()
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				asked := time.Now()
				if err := one(v.connections[i], v.readers[i], v.size); err != nil {
					b.Error(err)
					return
				}
				v.waits[i] = append(v.waits[i], time.Since(asked))
			}
		})
	}
	all.Wait()
	v.took += time.Since(began)
}

// p99 is how long, in milliseconds, the slowest of a hundred waited.
func (v *visitors) p99() float64 {
	all := slices.Concat(v.waits...)
	slices.Sort(all)
	return float64(all[len(all)*99/100].Microseconds()) / 1000
}

// one asks once and reads the whole answer.
func one(c net.Conn, in *bufio.Reader, size int) error {
	if _, err := io.WriteString(c, ask); err != nil {
		return err
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, _ := strings.Cut(string(line), ":"); name == "Content-Length" && strings.TrimSpace(value) != strconv.Itoa(size) {
			return io.ErrShortBuffer
		}
	}
	_, err := in.Discard(size)
	return err
}
