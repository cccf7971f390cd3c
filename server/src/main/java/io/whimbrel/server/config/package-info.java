/** The configuration of a broker: its keys, where their values come from, and what they become. */
@NullMarked
package io.whimbrel.server.config;

import org.jspecify.annotations.NullMarked;
