/* main.c - the program lstmd: gives the command line and the standard streams to
 * server/commands/. */
#include "server/commands/commands.h"

int main(int argc, char **argv)
{
    return commands_run(argc, argv, (struct io){stdin, stdout, stderr});
}
