using System.Reflection;
#if NET
using System.Runtime.Loader;
#endif

namespace CohereShell.Hosting;

/// <summary>
/// Loads CohereShell.Transport and its libraries on the first request instead of the import. PowerShell 7 uses a
/// separate load context, so that these libraries don't conflict with those of other modules, such as Polly.
/// </summary>
internal static class TransportLoader
{
    private const string AssemblyName = "CohereShell.Transport";
    private const string TypeName = "CohereShell.Transport.ResilientTransport";

    private static readonly Lazy<Type> TransportType = new(() => LoadAssembly().GetType(TypeName, throwOnError: true)!);

    public static string ModuleFolder { get; } = Path.GetDirectoryName(typeof(TransportLoader).Assembly.Location)!;

    public static ITransport Create() => (ITransport)Activator.CreateInstance(TransportType.Value)!;

#if NET
    private static Assembly LoadAssembly() =>
        new TransportContext().LoadFromAssemblyPath(Path.Combine(ModuleFolder, AssemblyName + ".dll"));

    private sealed class TransportContext : AssemblyLoadContext
    {
        public TransportContext()
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
    private static Assembly LoadAssembly() => Assembly.LoadFrom(Path.Combine(ModuleFolder, AssemblyName + ".dll"));
#endif
}
