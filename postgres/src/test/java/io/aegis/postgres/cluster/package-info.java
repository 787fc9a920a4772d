@NullMarked
package io.aegis.postgres.cluster;

import org.jspecify.annotations.NullMarked;
