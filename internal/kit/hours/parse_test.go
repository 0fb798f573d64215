// SPDX-License-Identifier: Apache-2.0

package hours

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNormal covers the grammar: each expression is read and written back in
// canonical form, with the keys of the warnings it deserves.
func TestNormal(t *testing.T) {
	const use = "hours.use_instead"
	for _, tc := range []struct {
		expr, normal string
		warnings     []string
	}{
		{expr: "24/7", normal: "24/7"},
		{expr: "24/7 off", normal: "24/7 off"},
		{expr: "Mo-Fr 9:00-12:00,14:00-18:00;Sa 9:00-12:00;PH off", normal: "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off"},
		{expr: "mo-fr 09:00-12:00, 13:00-17:00", normal: "Mo-Fr 09:00-12:00,13:00-17:00"},
		{expr: "Mo 09:00-12:00, Tu 14:00-16:00", normal: "Mo 09:00-12:00, Tu 14:00-16:00"},
		{expr: "Mo 09:00-12:00 open, 14:00-16:00", normal: "Mo 09:00-12:00 open, 14:00-16:00"},
		{expr: "Mo-Fr 08:30-12:30 || \"sur rdv\"", normal: "Mo-Fr 08:30-12:30 || \"sur rdv\""},
		{expr: "Mo-Fr 08:30-12:30 open \"entrée B\"", normal: "Mo-Fr 08:30-12:30 open \"entrée B\""},
		{expr: "Su-Tu 10:00-26:00+", normal: "Su-Tu 10:00-26:00+"},
		{expr: "Mo[1,3-4,-1] 10:00-12:00; Tu[2] +2 days off", normal: "Mo[1,3,4,-1] 10:00-12:00; Tu[2] +2 days off"},
		{expr: "SH Mo-Fr,PH 10:00-12:00", normal: "SH Mo-Fr,PH 10:00-12:00"},
		{expr: "PH -1 day closed", normal: "PH -1 day off"},
		{expr: "week 1-53/2,10 Mo 09:00-10:00", normal: "week 01-53/2,10 Mo 09:00-10:00"},
		{expr: "2026-2028/2,2030+ Mo 09:00-10:00", normal: "2026-2028/2,2030+ Mo 09:00-10:00"},
		{expr: "Mar-Oct,Dec 24-Jan 02: Mo 09:00-10:00", normal: "Mar-Oct,Dec 24-Jan 02 Mo 09:00-10:00"},
		{expr: "Jun 08-12,15,20-30/2 10:00-12:00", normal: "Jun 08-12,Jun 15,Jun 20-30/2 10:00-12:00"},
		{expr: "2026 Jun 08-2026 Jun 12,2027 Jan 1 10:00-12:00", normal: "2026 Jun 08-12,2027 Jan 01 10:00-12:00"},
		{expr: "Mar Su[-1]-Oct Su[-1] +1 day,easter -2 days 10:00-12:00", normal: "Mar Su[-1]-Oct Su[-1] +1 day,easter -2 days 10:00-12:00"},
		{expr: "Jun We[2] 10:00-12:00", normal: "Jun We[2] 10:00-12:00"},
		{expr: "(sunrise+01:30)-(sunset-00:30)", normal: "(sunrise+01:30)-(sunset-00:30)", warnings: []string{"hours.sun", "hours.sun"}},
		{expr: "Mo-Su", normal: "Mo-Su open", warnings: []string{"hours.no_time"}},
		{expr: "lun-ven 9h-12h", normal: "Mo-Fr 09:00-12:00", warnings: []string{use, use, use, use, "hours.no_minutes"}},
		{expr: "Mo-Fr: 09.00–12.00", normal: "Mo-Fr 09:00-12:00", warnings: []string{use, "hours.colon", use, use}},
		{expr: "Mo. 9 - 12 et 14-18", normal: "Mo 09:00-12:00,14:00-18:00", warnings: []string{use, "hours.dot", "hours.no_minutes", "hours.no_minutes"}},
		{expr: "Mo 9am-5pm", normal: "Mo 09:00-17:00", warnings: []string{use, use, "hours.no_minutes"}},
		{expr: "Mo 9:00 am-5:30pm", normal: "Mo 09:00-17:30", warnings: []string{use, use}},
		{expr: "jours fériés fermé", normal: "PH off", warnings: []string{use, use}},
		{expr: "PHoff", normal: "PH off", warnings: []string{"hours.space"}},
		{expr: "7/7 10:00-12:00", normal: "Mo-Su 10:00-12:00", warnings: []string{use}},
		{expr: "Mo 24 hours", normal: "Mo 00:00-24:00", warnings: []string{use}},
		{expr: "Mo 10:00-12:00 «sur rdv»?", normal: "Mo 10:00-12:00 \"sur rdv\"", warnings: []string{use, "hours.question_mark"}},
		{expr: "Mo 10:00-12:00 sur RDV", normal: "Mo 10:00-12:00 \"sur rendez-vous\"", warnings: []string{use}},
		{expr: "10:00-12:00 Mo Tu", normal: "Mo,Tu 10:00-12:00", warnings: []string{"hours.order", "hours.not_connected"}},
		{expr: ";Mo 10:00-12:00;", normal: "Mo 10:00-12:00", warnings: []string{"hours.empty_rule", "hours.empty_rule"}},
		{expr: "Mo 10:00-12:00, PH off", normal: "Mo 10:00-12:00, PH off", warnings: []string{"hours.additional_off"}},
		{expr: "Mo 10:00-12:00 \"a\" \"b\"", normal: "Mo 10:00-12:00 \"b\"", warnings: []string{"hours.two_comments"}},
	} {
		h, err := Parse(tc.expr)
		if err != nil {
			t.Errorf("%q: %v", tc.expr, err)
			continue
		}
		if diff := cmp.Diff(tc.normal, h.Normal()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.expr, diff)
		}
		var keys []string
		for _, w := range h.Warnings() {
			keys = append(keys, w.Message.Key)
			if w.At < 0 || w.At > len(tc.expr) {
				t.Errorf("%q: warning %s at %d", tc.expr, w.Message.Key, w.At)
			}
		}
		if diff := cmp.Diff(tc.warnings, keys); diff != "" {
			t.Errorf("%q warnings (-want +got):\n%s", tc.expr, diff)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, tc := range []struct {
		expr string
		at   int
		key  string
	}{
		{"", 0, "hours.empty"},
		{" ; ", 3, "hours.empty"},
		{"Mo-Fr 09h00-12h00", 9, "hours.unexpected"},
		{"We 09:30-13:00-18:00", 14, "hours.unexpected"},
		{"Mo-Fr 09:00-12:00; Tu 30-19", 22, "hours.starts_outside"},
		{"Sa 17:00", 8, "hours.range_expected"},
		{"Mo 9", 3, "hours.unexpected"},
		{"Mo 9:00-12", 8, "hours.range_continues"},
		{"Mo 10:00-", 9, "hours.range_continues"},
		{"Mo 9:60-12:00", 5, "hours.minutes"},
		{"Mo 10:00-49:00", 9, "hours.two_midnights"},
		{"Mo 10:00-16:00/90", 14, "hours.point_in_time"},
		{"Mo-Fr, 10:00-12:00", 5, "hours.additional_rule"},
		{",Mo 10:00-12:00", 0, "hours.unexpected"},
		{"|| Mo 10:00-12:00", 0, "hours.fallback_first"},
		{"Mo 10:00-12:00 | Tu", 15, "hours.unexpected"},
		{"24/7, PH off", 4, "hours.unexpected"},
		{"Mo[0] 10:00-12:00", 3, "hours.nth"},
		{"Mo[1,-6] 10:00-12:00", 5, "hours.nth"},
		{"Mo[1 10:00-12:00", 5, "hours.bracket"},
		{"Mo-We-Fr 10:00-12:00", 5, "hours.unexpected"},
		{"PH -2 days off", 3, "hours.holiday_offset"},
		{"easter +400 days off", 8, "hours.offset"},
		{"Jun 31 10:00-12:00", 4, "hours.day_of_month"},
		{"Jun 12-08 10:00-12:00", 4, "hours.date_order"},
		{"2026 Jun 12-2025 Jun 14 off", 0, "hours.date_order"},
		{"Jun 10-2026 Jun 12 off", 6, "hours.unexpected"},
		{"2027-2026 Mo 10:00-12:00", 0, "hours.year_order"},
		{"week 54 Mo 10:00-12:00", 5, "hours.week"},
		{"week 26-24 Mo 10:00-12:00", 5, "hours.week_order"},
		{"week 2-53/0 Mo 10:00-12:00", 10, "hours.period"},
		{"(sunset+1)-23:00", 8, "hours.sun_offset"},
		{"Mo 10:00-12:00 \"sur rdv", 15, "hours.comment_not_closed"},
		{"é Mardis 10:00-12:00", 0, "hours.unknown_word"},
		{"mardi à 10:00", 6, "hours.unexpected"},
		{"Mo 10:00-12:00 sauf We", 15, "hours.unknown_word"},
	} {
		_, err := Parse(tc.expr)
		var fault *SyntaxError
		if !errors.As(err, &fault) {
			t.Errorf("%q: got %v, want a syntax error", tc.expr, err)
			continue
		}
		if fault.At != tc.at || fault.Reason.Key != tc.key {
			t.Errorf("%q: %s at %d, want %s at %d", tc.expr, fault.Reason.Key, fault.At, tc.key, tc.at)
		}
	}
}

func TestParseRefusesHugeText(t *testing.T) {
	if _, err := Parse(string(make([]byte, maxLength+1))); err == nil {
		t.Error("a text longer than the bound was read")
	}
}
