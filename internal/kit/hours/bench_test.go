// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"testing"
	"time"
)

const (
	plainWeek = "Mo-Th 09:00-12:00,13:30-17:30; Fr 09:00-12:00,13:30-16:30; Sa 09:00-12:00; PH off"
	withDates = "Mo-Fr 09:00-12:00; Jul 14-Aug 15 off; week 01-53/2 We 14:00-18:00; PH off"
)

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(plainWeek); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstAt reads an expression and asks it once: the table is built.
func BenchmarkFirstAt(b *testing.B) {
	when := at(b, "2026-06-11T10:00")
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, plainWeek).At(when, france2026{})
	}
}

func BenchmarkAt(b *testing.B) {
	when := at(b, "2026-06-11T10:00")
	for name, expr := range map[string]string{"table": plainWeek, "rules": withDates} {
		h := mustParse(b, expr)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.At(when, france2026{})
			}
		})
	}
}

// BenchmarkAtMoment asks many places about one instant, as a search does.
func BenchmarkAtMoment(b *testing.B) {
	m := NewMoment(at(b, "2026-06-11T10:00"), france2026{})
	h := mustParse(b, plainWeek)
	b.ReportAllocs()
	for b.Loop() {
		h.AtMoment(m)
	}
}

func BenchmarkNext(b *testing.B) {
	when := at(b, "2026-06-12T18:00")
	h := mustParse(b, plainWeek)
	b.ReportAllocs()
	for b.Loop() {
		h.Next(when, france2026{}, 14*24*time.Hour)
	}
}

func BenchmarkFromFrench(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		FromFrench("Lundi et Jeudi : 9h à 12h30 et 13h30 à 17h Mardi 9h à 12h30 et 13h30 à 18h30")
	}
}
