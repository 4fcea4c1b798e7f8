using System.Reflection;
#if NET
using System.Runtime.Loader;
#endif

namespace CohereShell.Hosting;

/// <summary>
/// Loads CohereShell.Transport, CohereShell.Formats and their libraries on first use instead of the import. PowerShell 7
/// uses a separate load context, so that these libraries don't conflict with those of other modules, such as Polly.
/// </summary>
internal static class LibraryLoader
{
    private static readonly Lazy<Type> TransportType = TypeOf("CohereShell.Transport", "ResilientTransport");

    private static readonly Lazy<Type> EmbeddingFormatType = TypeOf("CohereShell.Formats", "EmbeddingFormat");

    private static readonly Lazy<Type> DocumentLibraryType = TypeOf("CohereShell.Formats", "DocumentLibrary");

    public static string ModuleFolder { get; } = Path.GetDirectoryName(typeof(LibraryLoader).Assembly.Location)!;

    public static ITransport CreateTransport() => (ITransport)Activator.CreateInstance(TransportType.Value)!;

    public static IDocumentLibrary CreateDocumentLibrary() => (IDocumentLibrary)Activator.CreateInstance(DocumentLibraryType.Value)!;

    /// <summary>Apache Arrow, the binary format of embedding files.</summary>
    public static Lazy<IEmbeddingFormat> EmbeddingFormat { get; } = new(() => (IEmbeddingFormat)Activator.CreateInstance(EmbeddingFormatType.Value)!);

    private static Lazy<Type> TypeOf(string assembly, string name) =>
        new(() => LoadAssembly(assembly).GetType(assembly + "." + name, throwOnError: true)!);

#if NET
    // One context for all: libraries that two of them use exist once.
    private static readonly Lazy<LibraryContext> Context = new(() => new LibraryContext());

    private static Assembly LoadAssembly(string name) => Context.Value.LoadFromAssemblyName(new AssemblyName(name));

    private sealed class LibraryContext : AssemblyLoadContext
    {
        public LibraryContext()
            : base("CohereShell")
        {
        }

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            Assembly client = typeof(ITransport).Assembly;
            if (assemblyName.Name == client.GetName().Name)
            {
                // Its types are used on both sides, so there must be only one copy of it.
                return client;
            }

            string path = Path.Combine(ModuleFolder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
#else
    private static Assembly LoadAssembly(string name) => Assembly.LoadFrom(Path.Combine(ModuleFolder, name + ".dll"));
#endif
}
