/* SPDX-License-Identifier: ISC
 *
 * The forms that fields of triggers, conditions and actions have. How one is read is said here once: compiling gets
 * values, documents and forms get its name and its schema.
 */
#ifndef RULE_SHAPE_H
#define RULE_SHAPE_H

#include "shared/base/field.h"

/* Beginnings of a part's rows. */
#define RULE_TEXT(n, lo, hi, h) .name = n, .type = FIELD_TEXT, .min = lo, .max = hi, .help = h
#define RULE_REAL(n, h) .name = n, .type = FIELD_REAL, .min = -1e15, .max = 1e15, .help = h
#define RULE_SHAPE(n, s, h) .name = n, .type = FIELD_SHAPE, .shape = &rule_shape_##s, .help = h

/* Lists are lists or one alone; .list has their .n texts. */
extern const struct field_shape rule_shape_entities;		/* ids */
extern const struct field_shape rule_shape_trackers;		/* ids of what says where somebody is */
extern const struct field_shape rule_shape_calendars;		/* ids of calendars */
extern const struct field_shape rule_shape_zone;		/* "zone.home": "home" in .s */
extern const struct field_shape rule_shape_targets;		/* ids, templates that say some; "all" is in .s */
extern const struct field_shape rule_shape_scenes;		/* the same, of scenes */
extern const struct field_shape rule_shape_device;		/* id, in .s */
extern const struct field_shape rule_shape_devices;
extern const struct field_shape rule_shape_areas;
extern const struct field_shape rule_shape_floors;
extern const struct field_shape rule_shape_labels;
extern const struct field_shape rule_shape_states;		/* numbers and booleans as people mean them: "on" */
extern const struct field_shape rule_shape_tags;
extern const struct field_shape rule_shape_event_types;
extern const struct field_shape rule_shape_trigger_ids;
extern const struct field_shape rule_shape_limit;		/* a number, in .r, or an entity id, in .s */
extern const struct field_shape rule_shape_attribute;		/* name, in .s */
extern const struct field_shape rule_shape_time;		/* "HH:MM[:SS]": seconds since midnight in .i */
extern const struct field_shape rule_shape_times;
extern const struct field_shape rule_shape_weekdays;		/* bits in .i, bit 0 is Sunday */
extern const struct field_shape rule_shape_duration;		/* ms in .i */
extern const struct field_shape rule_shape_offset;		/* ms in .i, also before */
extern const struct field_shape rule_shape_pause;		/* duration, or templates in it: .js */
extern const struct field_shape rule_shape_clock_pattern;	/* "*", "/5", 30: text in .s */
extern const struct field_shape rule_shape_cron;		/* in .s */
extern const struct field_shape rule_shape_template;		/* in .s */
extern const struct field_shape rule_shape_count;		/* number or template: .js */
extern const struct field_shape rule_shape_items;		/* list or template: .js */
extern const struct field_shape rule_shape_values;		/* names with values, in which are templates: .js */
extern const struct field_shape rule_shape_anything;		/* .js */
extern const struct field_shape rule_shape_service;		/* "light.turn_on", in .s: one that there is */
extern const struct field_shape rule_shape_service_data;	/* what a service is told: .js */

/* One part, and lists of them, in .js: who compiles one reads it by its kind's table. */
extern const struct field_shape rule_shape_trigger, rule_shape_condition, rule_shape_action;
extern const struct field_shape rule_shape_triggers, rule_shape_conditions, rule_shape_actions;

#endif
