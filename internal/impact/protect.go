// SPDX-License-Identifier: Apache-2.0

package impact

import (
	"container/heap"
	"math"
)

// How small groups are protected.
//
// A part of a table is sensitive when it is not empty and fewer people than the
// threshold stand behind it. Masking it alone is not enough: the total minus
// the other parts would give it back. So other parts are masked with it
// (secondary suppression), until someone who knows every number shown, that
// masked parts are at least 1, and the bounds named below, can still not tell a
// masked number, nor even that it is below the threshold.
//
// The table is seen as a network of flows, as in the literature on cell
// suppression (Kelly, Golden and Assad, « Cell suppression: disclosure
// protection for sensitive tabular data », Networks 22, 1992). Each number is
// an arc whose flow is its value. In a list with a total, every part goes from
// node 0 to node 1 and the total comes back. In a table in two directions,
// cell (i,j) goes from row i to column j, the total of column j goes on to the
// node of all rows, the grand total crosses to the node of all columns, and the
// total of row i comes back to row i: at each node, what comes in goes out, and
// that says exactly that rows and columns add up. Another table that agrees
// with everything shown is another circulation that differs on masked arcs only.
//
// For each sensitive arc of value n we therefore look for a way to push more
// through it, d = max(threshold−n, a fifth of n, 1), around cycles of the
// network: along an arc the value grows, against an arc it shrinks, never under
// its least nor over its most. Arcs already masked are free, others cost what
// they show, and the cheapest are masked in turn. The changed table is a table
// that an attacker must believe possible, where the sensitive number reaches the
// threshold; and every arc on the way has two possible values at least. Masking
// more later only widens what is possible, so each arc is looked at once. It may mask somewhat more than the least possible: finding
// the least is a hard problem (NP), and tables here are small.
//
// Where no way exists without masking a number that must stay (a total shown
// elsewhere in the same report), all parts are masked, empty ones too, so that a
// masked part may then be 0.
//
// Two limits, said in docs/figures.md: two reports on overlapping periods or
// territories can be subtracted from one another, and what someone knows from
// elsewhere (she was there that day) adds to what is shown.

// arc is one number of a table seen as a network.
type arc struct {
	from, to int
	n        int  // its value
	least    int  // what an attacker knows it is at least, when masked
	most     int  // what an attacker knows it is at most
	fixed    bool // may not be masked: shown elsewhere
	few      bool // fewer people than the threshold stand behind it
	masked   bool
}

// unbounded is the most of an arc of which nothing is known.
const unbounded = math.MaxInt32

// room is by how much the arc's value, already changed by delta, may still grow
// (along) or shrink (against).
func (a *arc) room(delta int, along bool) int {
	switch {
	case a.n == 0: // an empty part is shown as such: nothing can pass
		return 0
	case along:
		return a.most - a.n - delta
	default:
		return a.n + delta - a.least
	}
}

// cost is what masking the arc would lose.
func (a *arc) cost() int {
	if a.masked {
		return 0
	}
	return 1 + a.n
}

// other is the end of the arc that is not node.
func (a *arc) other(node int) int {
	if a.from == node {
		return a.to
	}
	return a.from
}

// network is a table seen as arcs between nodes.
type network struct {
	arcs []arc
	at   [][]int // arcs touching each node

	// The present search: which nodes it has seen, how far and through what.
	search int
	seen   []int
	dist   []int
	came   []step
	stack  []int
}

func newNetwork(nodes int, arcs []arc) *network {
	g := &network{arcs: arcs, at: make([][]int, nodes), seen: make([]int, nodes), dist: make([]int, nodes), came: make([]step, nodes)}
	for i, a := range arcs {
		g.at[a.from] = append(g.at[a.from], i)
		g.at[a.to] = append(g.at[a.to], i)
	}
	return g
}

// protect masks every sensitive arc and what must go with it. It reports false,
// with some arcs left without protection, when fixed numbers stand in the way.
func (g *network) protect(threshold int) bool {
	for i := range g.arcs {
		a := &g.arcs[i]
		if a.few && a.n > 0 && !a.fixed {
			a.masked = true
		}
	}
	sure := make([]bool, len(g.arcs))
	for again := true; again; {
		again = false
		for i := range g.arcs {
			a := &g.arcs[i]
			if sure[i] || !a.masked || a.n == 0 || (!a.few && a.n >= threshold) {
				continue
			}
			if !g.loosen(i, max(threshold-a.n, a.n/5, 1)) {
				return false
			}
			sure[i], again = true, true
		}
	}
	return true
}

// loosen masks arcs so that the value of arc e could be d more.
func (g *network) loosen(e, d int) bool {
	d = min(d, g.arcs[e].most-g.arcs[e].n) // no more than what is shown elsewhere allows
	if d <= 0 {
		return false
	}
	delta := map[int]int{} // by arc: how much its value is changed so far
	for d > 0 {
		path, room := g.path(e, delta)
		if path == nil {
			return false
		}
		push := min(d, room)
		for _, s := range path {
			g.arcs[s.arc].masked = true
			if s.along {
				delta[s.arc] += push
			} else {
				delta[s.arc] -= push
			}
		}
		d -= push
	}
	return true
}

// step is one arc of a path, and its direction.
type step struct {
	arc   int
	along bool
}

// path closes a cycle with arc e, from its head back to its tail, and tells how
// much can pass through it: through masked arcs if there is a way, which costs
// nothing, through the least that must be masked otherwise. It gives nil when
// there is none.
func (g *network) path(e int, delta map[int]int) ([]step, int) {
	if !g.free(e, delta) && !g.cheapest(e, delta) {
		return nil, 0
	}
	start, end := g.arcs[e].to, g.arcs[e].from
	var path []step
	room := unbounded
	for node := end; node != start; {
		s := g.came[node]
		a := &g.arcs[s.arc]
		path = append(path, s)
		room = min(room, a.room(delta[s.arc], s.along))
		node = a.other(node)
	}
	return path, room
}

// free looks for a way through masked arcs only, depth first: where much is
// masked, the first column tried mostly closes the cycle.
func (g *network) free(e int, delta map[int]int) bool {
	start, end := g.arcs[e].to, g.arcs[e].from
	g.search++
	g.seen[start] = g.search
	g.stack = append(g.stack[:0], start)
	for len(g.stack) > 0 {
		node := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		for _, i := range g.at[node] {
			a := &g.arcs[i]
			if !a.masked || i == e {
				continue
			}
			next, along := a.other(node), a.from == node
			if g.seen[next] == g.search || a.room(delta[i], along) <= 0 {
				continue
			}
			g.seen[next], g.came[next] = g.search, step{i, along}
			if next == end {
				return true
			}
			g.stack = append(g.stack, next)
		}
	}
	return false
}

// cheapest looks for the way that masks the least (Dijkstra).
func (g *network) cheapest(e int, delta map[int]int) bool {
	start, end := g.arcs[e].to, g.arcs[e].from
	g.search++
	g.seen[start], g.dist[start] = g.search, 0
	q := &queue{{0, start}}
	for q.Len() > 0 {
		here := heap.Pop(q).(reach)
		if here.node == end {
			return true
		}
		if here.dist > g.dist[here.node] {
			continue
		}
		for _, i := range g.at[here.node] {
			a := &g.arcs[i]
			if i == e || (a.fixed && !a.masked) {
				continue
			}
			next, along, far := a.other(here.node), a.from == here.node, here.dist+a.cost()
			if (g.seen[next] == g.search && far >= g.dist[next]) || a.room(delta[i], along) <= 0 {
				continue
			}
			g.seen[next], g.dist[next], g.came[next] = g.search, far, step{i, along}
			heap.Push(q, reach{far, next})
		}
	}
	return false
}

// reach is a node of the search and its distance; queue is a heap of them.
type reach struct {
	dist int
	node int
}

type queue []reach

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(reach)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
