// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"testing"

	"escale/internal/kit/clock"
	"escale/internal/territory/pack"
)

func BenchmarkDecode(b *testing.B) {
	for b.Loop() {
		tables, err := pack.Decode(file)
		if err != nil {
			b.Fatal(err)
		}
		newAtlas(tables)
	}
}

func BenchmarkIndex(b *testing.B) {
	a := theAtlas()
	for b.Loop() {
		newIndex(a)
	}
}

func BenchmarkByCode(b *testing.B) {
	theAtlas()
	for b.Loop() {
		ByCode("44109")
	}
}

func BenchmarkByPostal(b *testing.B) {
	theAtlas()
	for b.Loop() {
		ByPostal("44150")
	}
}

func BenchmarkSearch(b *testing.B) {
	Warm()
	for name, query := range map[string]string{
		"exact": "saint herblain", "prefix": "chateau", "letter": "s", "saint": "st", "word": "herblain",
		"article": "le s", "typo": "saint nazare", "old": "saint herblon", "postal": "44000", "none": "xyzzyx",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Search(query, 10)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	theAtlas()
	for b.Loop() {
		Nearest(47.2186, -1.5541, 10)
	}
}

func BenchmarkCalendar(b *testing.B) {
	calendar := CalendarFor("44109")
	day := clock.Date{Year: 2026, Month: 5, Day: 14}
	for b.Loop() {
		calendar.PublicHoliday(day.Year, day.Month, day.Day)
		calendar.SchoolHoliday(day.Year, day.Month, day.Day)
	}
}
