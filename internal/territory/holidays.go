// SPDX-License-Identifier: Apache-2.0

package territory

import (
	"time"

	"escale/internal/kit/clock"
)

// PublicHoliday says which bank holiday a date is in a department (code; empty
// for the list common to all), as the key of its name in the catalogues.
//
// The list is that of Code du travail L3133-1, with the two days of
// Alsace-Moselle (L3134-13; Good Friday there is kept in communes that have a
// protestant church, which is nearly everywhere and not told apart here) and
// the commemorations of the abolition of slavery (L3422-2). Polynésie française,
// Nouvelle-Calédonie and Wallis-et-Futuna add days by laws of their own, which
// are not here.
func PublicHoliday(date clock.Date, department string) (key string, ok bool) {
	if key, ok = fixedHolidays[monthDay{date.Month, date.Day}]; ok {
		return key, true
	}
	switch date.Sub(clock.Easter(date.Year)) {
	case 1:
		return "territory.holiday.easterMonday", true
	case 39:
		return "territory.holiday.ascension", true
	case 50:
		return "territory.holiday.whitMonday", true
	case -2:
		if alsaceMoselle(department) {
			return "territory.holiday.goodFriday", true
		}
	}
	if alsaceMoselle(department) && date.Month == time.December && date.Day == 26 {
		return "territory.holiday.saintStephen", true
	}
	if day, commemorated := abolitionDay(department, date.Year); commemorated && day == (monthDay{date.Month, date.Day}) {
		return "territory.holiday.abolitionOfSlavery", true
	}
	return "", false
}

type monthDay struct {
	month time.Month
	day   int
}

var fixedHolidays = map[monthDay]string{
	{time.January, 1}:   "territory.holiday.newYear",
	{time.May, 1}:       "territory.holiday.labourDay",
	{time.May, 8}:       "territory.holiday.victory1945",
	{time.July, 14}:     "territory.holiday.nationalDay",
	{time.August, 15}:   "territory.holiday.assumption",
	{time.November, 1}:  "territory.holiday.allSaints",
	{time.November, 11}: "territory.holiday.armistice1918",
	{time.December, 25}: "territory.holiday.christmas",
}

func alsaceMoselle(department string) bool {
	return department == "57" || department == "67" || department == "68"
}

// abolitionDay is the commemoration of the abolition of slavery in a
// department that has one: Code du travail L3422-2. Saint-Martin keeps 28 May
// since 2018 (loi n° 2017-256 du 28 février 2017), 27 May before.
func abolitionDay(department string, year int) (monthDay, bool) {
	switch department {
	case "971":
		return monthDay{time.May, 27}, true
	case "972":
		return monthDay{time.May, 22}, true
	case "973":
		return monthDay{time.June, 10}, true
	case "974":
		return monthDay{time.December, 20}, true
	case "976":
		return monthDay{time.April, 27}, true
	case "977":
		return monthDay{time.October, 9}, true
	case "978":
		if year < 2018 {
			return monthDay{time.May, 27}, true
		}
		return monthDay{time.May, 28}, true
	}
	return monthDay{}, false
}
