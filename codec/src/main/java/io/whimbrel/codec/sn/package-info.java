/** MQTT-SN 1.2 on the wire: its messages as values, their decoder and encoder. */
@NullMarked
package io.whimbrel.codec.sn;

import org.jspecify.annotations.NullMarked;
