// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// connections is how many visitors ask at the same time, each on a connection
// that is kept.
const connections = 32

// visitors ask one server for one page again and again. They write and read the
// wire themselves: they share the processor with what they measure, and must
// take as little of it as can be.
type visitors struct {
	before, after []byte // the request, around the number that makes an address new
	anew          bool   // each request has an address of its own
	asked         atomic.Int64

	conns []net.Conn
	in    []*bufio.Reader
	waits [][]time.Duration
	took  time.Duration
}

// headers are what a browser sends, in so far as it changes the answer.
const headers = "Accept: text/html,application/xhtml+xml\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: fr\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"

// open connects to host. With anew, path ends with the value of a parameter, to
// which a number is added.
func open(host, path, cookie string, anew bool) (*visitors, error) {
	v := &visitors{anew: anew, before: []byte("GET " + path), waits: make([][]time.Duration, connections)}
	rest := " HTTP/1.1\r\nHost: " + host + "\r\n" + headers
	if cookie != "" {
		rest += "Cookie: " + cookie + "\r\n"
	}
	v.after = []byte(rest + "\r\n")
	for range connections {
		c, err := net.Dial("tcp", host)
		if err != nil {
			return nil, errors.Join(err, v.close())
		}
		v.conns = append(v.conns, c)
		v.in = append(v.in, bufio.NewReaderSize(c, 32<<10))
	}
	return v, nil
}

func (v *visitors) close() error {
	var errs []error
	for _, c := range v.conns {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// visit asks during d, all connections at once, and gives how many pages came a
// second. A page that is not one ends everything.
func (v *visitors) visit(d time.Duration) (perSecond float64, err error) {
	var all sync.WaitGroup
	errs := make([]error, connections)
	counts := make([]int, connections)
	began := time.Now()
	for i := range connections {
		all.Go(func() {
			request := make([]byte, 0, 1024)
			for asked := time.Now(); asked.Sub(began) < d; {
				request = append(request[:0], v.before...)
				if v.anew {
					request = strconv.AppendInt(request, v.asked.Add(1), 10)
				}
				request = append(request, v.after...)
				if errs[i] = one(v.conns[i], v.in[i], request); errs[i] != nil {
					return
				}
				now := time.Now()
				v.waits[i] = append(v.waits[i], now.Sub(asked))
				counts[i]++
				asked = now
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	v.took += took
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / took.Seconds(), errors.Join(errs...)
}

// answers is how long each page asked for was waited for.
func (v *visitors) answers() (all []time.Duration) {
	for _, w := range v.waits {
		all = append(all, w...)
	}
	return all
}

// forget drops what was measured so far: it was to warm up.
func (v *visitors) forget() {
	v.took = 0
	for i := range v.waits {
		v.waits[i] = v.waits[i][:0]
	}
}

var (
	statusOK      = []byte("HTTP/1.1 200 ")
	contentLength = []byte("Content-Length: ")
)

// one asks once and reads the whole answer.
func one(c io.Writer, in *bufio.Reader, request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	size := -1
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, statusOK) {
			return fmt.Errorf("the answer is %q", line)
		}
		if len(line) <= len("\r\n") {
			break
		}
		if value, found := bytes.CutPrefix(line, contentLength); found {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if size <= 0 {
		return errors.New("the answer has no length")
	}
	_, err := in.Discard(size)
	return err
}
