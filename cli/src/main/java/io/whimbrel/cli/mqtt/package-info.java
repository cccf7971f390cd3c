/** The commands that are clients: publish, subscribe, ask. Flags and output are Mosquitto's. */
@NullMarked
package io.whimbrel.cli.mqtt;

import org.jspecify.annotations.NullMarked;
