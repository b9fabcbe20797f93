#include "convert.h"

int main(int argc, char **argv)
{
        return convert_main(argc, argv);
}
