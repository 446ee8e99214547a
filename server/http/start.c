#include "server/base/clock.h"
