using System;
using System.IO;

namespace CohereShell.Tools;

/// <summary>Finds Cohere's API description, which isn't part of the repository.</summary>
public static class ApiDescriptionFile
{
    /// <summary>The environment variable that can hold its path.</summary>
    public const string Variable = "COHERE_OPENAPI";

    /// <summary>Its path from a folder above the clone.</summary>
    public const string RelativePath = "shared/reference/cohere-openapi.yaml";

    /// <summary>The path of the description, or null if it isn't on this computer.</summary>
    /// <exception cref="FileNotFoundException">The environment variable names a file that doesn't exist.</exception>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } named)
        {
            return Above(RelativePath);
        }

        return File.Exists(named) ? named : throw new FileNotFoundException($"{Variable} names '{named}', which doesn't exist.", named);
    }

    /// <summary>The first existing file with this relative path in a folder above the running program, or null.</summary>
    /// <param name="relativePath">The path from that folder.</param>
    public static string? Above(string relativePath)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relativePath);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
