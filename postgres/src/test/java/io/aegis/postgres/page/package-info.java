@NullMarked
package io.aegis.postgres.page;

import org.jspecify.annotations.NullMarked;
