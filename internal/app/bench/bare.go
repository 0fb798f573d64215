// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
)

// bareWord as the only argument makes this program the bare server.
const bareWord = "serve-bare"

// bareAnswer is what the bare server always answers.
type bareAnswer struct {
	Type, Encoding string
	Body           []byte
}

// serveBare reads one bareAnswer, prints the address it serves it from, and
// serves until in ends: it never outlives the program that measures it.
func serveBare(in io.Reader, out io.Writer) error {
	var answer bareAnswer
	if err := json.NewDecoder(in).Decode(&answer); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(process{Address: "http://" + l.Addr().String()}); err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- http.Serve(l, answer) }()
	go func() {
		_, err := io.Copy(io.Discard, in)
		failed <- err
	}()
	return <-failed
}

// ServeHTTP is the least a handler can do to send these bytes.
func (a bareAnswer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.Type)
	header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	if a.Encoding != "" {
		header.Set("Content-Encoding", a.Encoding)
	}
	_, _ = w.Write(a.Body) // a visitor who left is nothing to a bare server
}

// startBare serves the bytes of p from a process of its own, arranged as the
// program measured is.
func startBare(p page) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &process{cmd: exec.Command(self, bareWord)}
	in, err := b.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	told := make(chan error, 1)
	go func() {
		told <- json.NewEncoder(in).Encode(bareAnswer{p.header.Get("Content-Type"), p.header.Get("Content-Encoding"), p.body})
	}()
	if b.said, err = launch(b.cmd, b); err != nil {
		return nil, err
	}
	return b, <-told
}
