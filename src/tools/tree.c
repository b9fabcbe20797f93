#include "tree.h"

typedef struct Tree {
        Shell *shell;
        const char *const *names;
        const int *parents;
        int n;
} Tree;

static int next_child(const Tree *tree, int parent, int after)
{
        for (int i = after + 1; i < tree->n; i++) {
                if (tree->parents[i] == parent)
                        return i;
        }
        return -1;
}

/* @indent: what stands left of the node; each level adds its line or blanks. */
static void print_node(const Tree *tree, int node, const char *indent, bool root, bool last)
{
        int child = next_child(tree, node, -1);
        g_autofree char *below = g_strdup_printf("%s%s", indent, root ? "  " : last ? "    " : "|   ");

        shell_print(tree->shell, root ? "%s%s\n" : "%s+- %s\n", indent, tree->names[node]);
        /* The last leaf of a branch is followed by a line of nothing. */
        if (child < 0 && last)
                shell_print(tree->shell, "%s%s\n", indent, root ? "" : "  ");
        if (child >= 0)
                shell_print(tree->shell, "%s|\n", below);
        while (child >= 0) {
                int next = next_child(tree, node, child);

                print_node(tree, child, below, false, next < 0);
                child = next;
        }
}

void tree_print(Shell *shell, const char *const *names, const int *parents, int n)
{
        Tree tree = { .shell = shell, .names = names, .parents = parents, .n = n };

        for (int root = next_child(&tree, -1, -1); root >= 0; root = next_child(&tree, -1, root))
                print_node(&tree, root, "", true, true);
}
