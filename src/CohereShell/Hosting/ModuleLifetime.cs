using CohereShell.Input;
#if !NET
using System.Reflection;
#endif

namespace CohereShell.Hosting;

/// <summary>Runs when the module is imported and removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport()
    {
        CurrentFolder.UseHost(FilePaths.Resolve, FilePaths.RefuseDevice);
        DocumentInput.UseLibrary(LibraryLoader.CreateDocumentLibrary);
#if !NET
        AppDomain.CurrentDomain.AssemblyResolve += ResolveOwnFile;
#endif
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        RunspaceScope.Close();
#if !NET
        AppDomain.CurrentDomain.AssemblyResolve -= ResolveOwnFile;
#endif
    }

#if !NET
    // Windows PowerShell has no binding redirects. If a library requests another version of a library in this folder,
    // it gets the version in this folder. Requests of other modules aren't answered.
    private static Assembly? ResolveOwnFile(object sender, ResolveEventArgs arguments)
    {
        string folder = LibraryLoader.ModuleFolder;
        bool isOwn = arguments.RequestingAssembly is { IsDynamic: false } requesting
            && string.Equals(Path.GetDirectoryName(requesting.Location), folder, StringComparison.OrdinalIgnoreCase);
        string path = Path.Combine(folder, new AssemblyName(arguments.Name).Name + ".dll");
        return isOwn && File.Exists(path) ? Assembly.LoadFrom(path) : null;
    }
#endif
}
