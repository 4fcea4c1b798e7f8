using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CohereShell.Tests.Architecture;

/// <summary>
/// Which folder of a project uses which: an edge is a reference in a file of one folder to a type, or a member of a type,
/// that is declared in another. A folder is the first segment of the path below the project; the files beside the project
/// file are one folder named ".". Documentation comments do not count.
/// </summary>
internal sealed class FolderGraph
{
    private const string TopLevel = ".";

    private FolderGraph(IReadOnlyList<string> folders, IReadOnlyList<FolderEdge> edges)
    {
        Folders = folders;
        Edges = edges;
    }

    internal IReadOnlyList<string> Folders { get; }

    internal IReadOnlyList<FolderEdge> Edges { get; }

    internal static FolderGraph Of(string project)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        CSharpCompilation compilation = Compile(project, root);
        var references = new ConcurrentBag<FolderReference>();
        Parallel.ForEach(compilation.SyntaxTrees, tree =>
        {
            foreach (FolderReference reference in ReferencesIn(tree, compilation, root))
            {
                references.Add(reference);
            }
        });

        FolderEdge[] edges =
        [
            .. references
                .GroupBy(reference => (reference.From, reference.To))
                .Select(group => new FolderEdge(group.Key.From, group.Key.To, group.Count(), group.Min()!.ToString()))
                .OrderBy(edge => edge.From, StringComparer.Ordinal)
                .ThenBy(edge => edge.To, StringComparer.Ordinal),
        ];
        string[] folders = [.. compilation.SyntaxTrees.Select(tree => FolderOf(tree, root)).Distinct().Order(StringComparer.Ordinal)];
        return new FolderGraph(folders, edges);
    }

    /// <summary>The largest group of folders that all reach each other, by Tarjan's algorithm. Empty without a cycle.</summary>
    internal IReadOnlyList<string> FindLargestCycle()
    {
        var order = new Dictionary<string, int>();
        var lowest = new Dictionary<string, int>();
        var stack = new Stack<string>();
        IReadOnlyList<string> largest = [];
        ILookup<string, string> uses = Edges.ToLookup(edge => edge.From, edge => edge.To);
        foreach (string folder in Folders)
        {
            if (!order.ContainsKey(folder))
            {
                Visit(folder);
            }
        }

        return largest;

        void Visit(string folder)
        {
            lowest[folder] = order.Count;
            order[folder] = order.Count;
            stack.Push(folder);
            foreach (string used in uses[folder])
            {
                if (!order.TryGetValue(used, out int place))
                {
                    Visit(used);
                    lowest[folder] = Math.Min(lowest[folder], lowest[used]);
                }
                else if (stack.Contains(used))
                {
                    lowest[folder] = Math.Min(lowest[folder], place);
                }
            }

            if (lowest[folder] != order[folder])
            {
                return;
            }

            var group = new List<string>();
            do
            {
                group.Add(stack.Pop());
            }
            while (group[^1] != folder);
            if (group.Count > Math.Max(1, largest.Count))
            {
                largest = [.. group.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The edges between the folders of a group, with an example of a reference each.</summary>
    internal string Describe(IReadOnlyList<string> group) =>
        string.Join("\n", Edges.Where(edge => group.Contains(edge.From) && group.Contains(edge.To)));

    // What generators would add is missing, and so are the assemblies of PowerShell. The types of the project are not.
    private static CSharpCompilation Compile(string project, string root)
    {
        var options = new CSharpParseOptions(
            LanguageVersion.CSharp12,
            DocumentationMode.None,
            preprocessorSymbols: ["NET", "NETCOREAPP", "NET8_0", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER", "NET8_0_OR_GREATER"]);
        string[] generated = [Path.Combine(root, "obj") + Path.DirectorySeparatorChar, Path.Combine(root, "bin") + Path.DirectorySeparatorChar];
        IEnumerable<SyntaxTree> trees = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !generated.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)))
            .AsParallel()
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings(project, root), options, Path.Combine(root, nameof(ImplicitUsings) + ".cs")));
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file => Path.GetFileNameWithoutExtension(file) != project)
            .Select(file => MetadataReference.CreateFromFile(file));
        return CSharpCompilation.Create(
            project,
            trees,
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    // What the build adds to each file: the namespaces that all projects have, and those of this one.
    private static string ImplicitUsings(string project, string root)
    {
        string[] files = [Path.Combine(root, "..", "Directory.Build.props"), Path.Combine(root, project + ".csproj")];
        return string.Concat(files
            .SelectMany(file => XDocument.Load(file).Descendants("Using").Attributes("Include"))
            .Select(include => $"global using {include.Value};\n"));
    }

    private static IEnumerable<FolderReference> ReferencesIn(SyntaxTree tree, CSharpCompilation compilation, string root)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        string from = FolderOf(tree, root);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(MayReference))
        {
            SymbolInfo info = model.GetSymbolInfo(node);
            foreach (ISymbol symbol in info.Symbol is { } known ? [known] : info.CandidateSymbols)
            {
                if (TypeOf(symbol)?.OriginalDefinition is { } type
                    && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly)
                    && FolderOf(type.DeclaringSyntaxReferences[0].SyntaxTree, root) is var to
                    && to != from)
                {
                    string file = Path.GetRelativePath(root, tree.FilePath).Replace('\\', '/');
                    yield return new FolderReference(from, to, file, tree.GetLineSpan(node.Span).StartLinePosition.Line + 1, type.Name);
                }
            }
        }
    }

    private static bool MayReference(SyntaxNode node) => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax;

    private static INamedTypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.IsImplicitlyDeclared || type.TypeKind == TypeKind.Error ? null : type,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType is { IsImplicitlyDeclared: false, TypeKind: not TypeKind.Error } type ? type : null,
        _ => null,
    };

    private static string FolderOf(SyntaxTree tree, string root)
    {
        string[] path = Path.GetRelativePath(root, tree.FilePath).Split('/', '\\');
        return path.Length == 1 ? TopLevel : path[0];
    }

    private sealed record FolderReference(string From, string To, string File, int Line, string Type) : IComparable<FolderReference>
    {
        public int CompareTo(FolderReference? other) => (string.CompareOrdinal(File, other?.File), Line, string.CompareOrdinal(Type, other?.Type)).CompareTo((0, other?.Line ?? 0, 0));

        public override string ToString() => $"{File}:{Line} → {Type}";
    }
}
